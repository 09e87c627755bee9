package main

import (
	"net/http"
	"os"

	"cncamp/gee/mini"
)

func main() {
	e := mini.New()
	e.Use(mini.Logger())

	e.GET("/healthz", func(c *mini.Context) { c.String(http.StatusOK, "ok") })
	e.GET("/ping", func(c *mini.Context) { c.String(http.StatusOK, "pong") })
	e.GET("/echo", func(c *mini.Context) {
		for k, v := range c.Req.Header {
			for _, one := range v {
				c.SetHeader(k, one)
			}
		}
		c.SetHeader("VERSION", os.Getenv("VERSION"))
		c.JSON(http.StatusOK, mini.H{"headers": len(c.Req.Header)})
	})

	e.Run(":8080")
}
