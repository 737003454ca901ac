-- Keeps a label with its request, unless one that was reported later is there.
-- KEYS: the request. ARGV: label, reportedAtMs (8 bytes each), keepMs of a request whose event is not known.
-- Answers whether it was kept (1 or 0), time, label, reportedAtMs, then each source and its application in turn.
local key = KEYS[1]
local kept = 0
local known = redis.call('HGET', key, 'r')
if not known or struct.unpack('<d', known) < struct.unpack('<d', ARGV[2]) then
  kept = 1
  local is_new = redis.call('EXISTS', key) == 0
  redis.call('HSET', key, 'l', ARGV[1], 'r', ARGV[2])
  if is_new then redis.call('PEXPIRE', key, ARGV[3]) end
end
local answer = { kept, unpack(redis.call('HMGET', key, 't', 'l', 'r')) }
local fields = redis.call('HGETALL', key)
for index = 1, #fields, 2 do
  if string.sub(fields[index], 1, 1) == 's' then
    answer[#answer + 1] = string.sub(fields[index], 2)
    answer[#answer + 1] = fields[index + 1]
  end
end
return answer
