/** Two decimals: half points and thirds add up without a tail of binary fractions. */
export function roundPoints(points: number): number {
  return Math.round(points * 100) / 100
}
