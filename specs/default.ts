/** The assignment that is meant where nobody says `--assignment`. */
export default 'cncamp-module3'
