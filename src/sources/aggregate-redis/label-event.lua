-- Brings a label to an event everywhere in one step: for where all keys are on one server.
-- KEYS: the request. Its entry names the records, which is why they cannot be told here. ARGV: 3 doubles: label,
-- reportedAtMs, id; keepMs of a request whose event is not known; what the keys of records begin with.
-- Answers whether it was kept (1 or 0).
local request = KEYS[1]
local label, reported, id = struct.unpack('<ddd', ARGV[1])
local known = redis.call('HGET', request, 'r')
if known and struct.unpack('<d', known) >= reported then return 0 end
local is_new = redis.call('EXISTS', request) == 0
local first = redis.call('HGET', request, 't')
local fields = redis.call('HGETALL', request)
for index = 1, #fields, 2 do
  local field, bytes = fields[index], fields[index + 1]
  if string.sub(field, 1, 1) == 's' then
    local is_known = string.sub(bytes, 1, 1) == '1'
    local _, before, has_reported = struct.unpack('<ddd', bytes, 2)
    local key = ARGV[3] .. '{' .. string.sub(bytes, 26) .. '}'
    if has_reported < reported then
      local time = struct.unpack('<d', first)
      local done = relabel(key, load(redis.call('GET', key)), time, id, label, reported, is_known, before, tonumber(ARGV[2]))
      if done ~= 2 then
        local labelled = struct.pack('<dd', label, reported)
        redis.call('HSET', request, field, string.sub(bytes, 1, 9) .. labelled .. string.sub(bytes, 26))
      end
    end
  end
end
redis.call('HSET', request, 'l', struct.pack('<d', label), 'r', struct.pack('<d', reported))
if is_new then redis.call('PEXPIRE', request, ARGV[2]) end
return 1
