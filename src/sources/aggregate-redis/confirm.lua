-- Notes that records have an event, and with which label.
-- KEYS: the request. ARGV: label and reportedAtMs (16 bytes), then sources.
-- Answers how many sources had not been noted before, the label and its reportedAtMs as they are now.
local key = KEYS[1]
local _, reported = struct.unpack('<dd', ARGV[1])
local first = 0
for index = 2, #ARGV do
  local field = 's' .. ARGV[index]
  local known = redis.call('HGET', key, field)
  if known then
    if string.sub(known, 1, 1) == '0' then first = first + 1 end
    -- As application.ts packs it: state, value, label, reportedAtMs, key of the record.
    local labelled = string.sub(known, 10, 25)
    if struct.unpack('<d', labelled, 9) < reported then labelled = ARGV[1] end
    redis.call('HSET', key, field, '1' .. string.sub(known, 2, 9) .. labelled .. string.sub(known, 26))
  end
end
local now = redis.call('HMGET', key, 'l', 'r')
return { first, now[1], now[2] }
