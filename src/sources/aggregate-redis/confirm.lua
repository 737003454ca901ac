-- Notes that records have an event, and with which label.
-- KEYS: the request. ARGV: whether they have the event for sure, or only had its label told (1 or 0); then for each source
-- its name, and the label and its reportedAtMs (16 bytes).
local key = KEYS[1]
for index = 2, #ARGV, 2 do
  local field, label = 's' .. ARGV[index], ARGV[index + 1]
  local known = redis.call('HGET', key, field)
  if known then
    -- As application.ts packs it: state, value, label, reportedAtMs, key of the record.
    local state = ARGV[1] == '1' and '1' or string.sub(known, 1, 1)
    if struct.unpack('<d', known, 18) >= struct.unpack('<d', label, 9) then label = string.sub(known, 10, 25) end
    redis.call('HSET', key, field, state .. string.sub(known, 2, 9) .. label .. string.sub(known, 26))
  end
end
return 1
