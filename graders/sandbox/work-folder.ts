/** Prefix of the private work folders below the temporary directory; each holds a file `owner`, by which the reaper knows it. */
export const workFolderPrefix = 'cgrade-work-'
