/** Test support: what Canvas exports of a small course. */
export const canvasTemplate = [
  '\u{FEFF}Student,ID,SIS User ID,SIS Login ID,Section,"Essay, first (900)",Module 3 (901),Assignments Current Score',
  ',,,,,,Manual Posting,',
  '    Points Possible,,,,,10.00,50.00,(read only)',
  '"Li, Na",11,S-1,lina,"CS, A",8.00,,80.00',
  '"Bob ""B""",12,S-2,bob,"CS, A",7.5,3,75.00',
  '=1+1,13,S-3,carol,"CS, A",,,',
  '"Dave",14,S-4,dave,"CS, A",1,2,10.00',
  'Eve,15,S-5,eve01,"CS, B",EX,EX,',
  '"Student, Test",99,,abc,"CS, A",,,',
  '',
].join('\r\n')
