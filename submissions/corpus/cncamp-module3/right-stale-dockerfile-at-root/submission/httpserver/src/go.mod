module httpserver
