const http = require('http');

const port = process.env.PORT || 3000;

// hop-by-hop headers must not be copied, see RFC 7230 6.1
const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'content-length']);

const server = http.createServer((req, res) => {
  res.on('finish', () => {
    const ip = req.socket.remoteAddress;
    console.log(`${new Date().toISOString()} ${ip} ${req.method} ${req.url} ${res.statusCode}`);
  });

  const { pathname } = new URL(req.url, 'http://localhost');
  if (pathname === '/healthz') {
    res.end('ok');
    return;
  }
  if (pathname !== '/') {
    res.statusCode = 404;
    res.end();
    return;
  }
  for (const [key, value] of Object.entries(req.headers)) {
    if (!hopByHop.has(key)) res.setHeader(key, value);
  }
  res.setHeader('version', process.env.VERSION || 'undefined');
  res.end(JSON.stringify(req.headers, null, 2));
});

server.listen(port, () => console.log(`listening on ${port}`));

process.on('SIGTERM', () => server.close());
