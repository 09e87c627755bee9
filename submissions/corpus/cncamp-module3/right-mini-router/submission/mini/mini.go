package mini

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

type H map[string]interface{}

type HandlerFunc func(*Context)

type Context struct {
	Req        *http.Request
	Writer     http.ResponseWriter
	StatusCode int
	handlers   []HandlerFunc
	index      int
}

func (c *Context) Next() {
	for c.index++; c.index < len(c.handlers); c.index++ {
		c.handlers[c.index](c)
	}
}

func (c *Context) Status(code int) {
	c.StatusCode = code
	c.Writer.WriteHeader(code)
}

func (c *Context) SetHeader(key, value string) { c.Writer.Header().Set(key, value) }

func (c *Context) String(code int, text string) {
	c.SetHeader("Content-Type", "text/plain")
	c.Status(code)
	c.Writer.Write([]byte(text))
}

func (c *Context) JSON(code int, v interface{}) {
	c.SetHeader("Content-Type", "application/json")
	c.Status(code)
	json.NewEncoder(c.Writer).Encode(v)
}

func (c *Context) ClientIP() string {
	ip, _, _ := net.SplitHostPort(c.Req.RemoteAddr)
	return ip
}

type Engine struct {
	routes     map[string]HandlerFunc
	middleware []HandlerFunc
}

func New() *Engine { return &Engine{routes: map[string]HandlerFunc{}} }

func (e *Engine) Use(m ...HandlerFunc) { e.middleware = append(e.middleware, m...) }

func (e *Engine) GET(pattern string, h HandlerFunc) {
	fmt.Printf("[MINI-debug] GET    %-25s --> %p\n", pattern, h)
	e.routes["GET-"+pattern] = h
}

func (e *Engine) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h, ok := e.routes[req.Method+"-"+req.URL.Path]
	if !ok {
		h = func(c *Context) { c.String(http.StatusNotFound, "404 page not found") }
	}
	c := &Context{Req: req, Writer: w, index: -1}
	c.handlers = append(append(c.handlers, e.middleware...), h)
	c.Next()
}

func (e *Engine) Run(addr string) {
	fmt.Println("[MINI-debug] Listening and serving HTTP on", addr)
	if err := http.ListenAndServe(addr, e); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func Logger() HandlerFunc {
	return func(c *Context) {
		t := time.Now()
		c.Next()
		fmt.Printf("[MINI] %v | %3d | %13v | %15s | %-7s %#v\n", t.Format("2006/01/02 - 15:04:05"),
			c.StatusCode, time.Since(t), c.ClientIP(), c.Req.Method, c.Req.URL.Path)
	}
}
