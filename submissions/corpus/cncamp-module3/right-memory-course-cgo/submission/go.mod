module github.com/student/cncamp-homework

go 1.17
