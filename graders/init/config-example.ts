/** For READMEs: what a student may say of a submission in `cgrade.yml`. */
export const configExample = `\`\`\`yaml
httpserver:
  dockerfile: deploy/Dockerfile
  context: .
  port: 8080
\`\`\``
