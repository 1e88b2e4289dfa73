-- Sends the same body again and again: the file BENCH_BODY.
dofile("scripts/bench/report.lua")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open(os.getenv("BENCH_BODY")):read("*a")
