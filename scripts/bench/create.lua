-- Creates contacts: claimed by BENCH_OWNER, each with a phone number that nobody else has, in series BENCH_SERIES.
dofile("scripts/bench/report.lua")
local owner, series, count = os.getenv("BENCH_OWNER"), tonumber(os.getenv("BENCH_SERIES")), 0
local form = '{"user_name":"李晓明","contact_ways":[{"type":1,"contact_way":"1%d%08d"}],"status":1,"owner_id":"' .. owner
  .. '","corp_name":"杭州云起信息技术有限公司","position":"采购经理","region":"浙江省杭州市","remark":"展会上认识"}'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function request()
  count = count + 1
  return wrk.format(nil, nil, nil, string.format(form, 30 + series, count))
end
