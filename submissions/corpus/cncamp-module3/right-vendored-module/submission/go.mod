module example.com/liuyang/homework

go 1.18

require example.com/liuyang/weblog v0.2.1
