-- Writes down which sources an event is to be counted in, before it is counted: at its first time, with first values.
-- KEYS: the request. ARGV: time (8 bytes), keepMs, then a source and its application in turn.
-- Answers time, label, reportedAtMs, then for each source whether it is new (1 or 0) and the application as it was
-- written down first.
local key = KEYS[1]
redis.call('HSETNX', key, 't', ARGV[1])
local answer = redis.call('HMGET', key, 't', 'l', 'r')
for index = 3, #ARGV, 2 do
  local field = 's' .. ARGV[index]
  answer[#answer + 1] = redis.call('HSETNX', key, field, ARGV[index + 1])
  answer[#answer + 1] = redis.call('HGET', key, field)
end
if redis.call('PTTL', key) < tonumber(ARGV[2]) then redis.call('PEXPIRE', key, ARGV[2]) end
return answer
