module example.com/hedgerow

go 1.19
