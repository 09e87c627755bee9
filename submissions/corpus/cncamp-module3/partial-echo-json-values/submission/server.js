const http = require('http');

const server = http.createServer((req, res) => {
  for (const name of Object.keys(req.headers)) {
    res.setHeader(name, JSON.stringify([req.headers[name]]));
  }
  res.removeHeader('connection');
  res.setHeader('version', process.env.VERSION || 'none');
  res.statusCode = req.url === '/' || req.url === '/healthz' ? 200 : 404;
  res.end('hello\n');
  const ip = req.socket.remoteAddress.replace('::ffff:', '');
  console.log(`${new Date().toISOString()} ${ip} ${req.method} ${req.url} ${res.statusCode}`);
});

server.listen(3000, () => console.log('listening on 3000'));
