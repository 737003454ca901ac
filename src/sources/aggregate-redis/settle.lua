-- Tells a record that the entry of a request knows that the event is in it: its id need not be kept any more.
-- KEYS: the record. ARGV: 3 doubles: time, id, reportedAtMs of the label that the entry knows the record to have.
local key = KEYS[1]
local time, id, reported = struct.unpack('<ddd', ARGV[1])
local size = redis.call('STRLEN', key)
if size == 0 then return 0 end

-- As a rule, the event is among the last.
local LAST = 32
local _, _, _, buckets, sketches, notes = struct.unpack('<dddddd', redis.call('GETRANGE', key, 0, HEADER - 1))
local from = math.max(HEADER + (buckets + sketches + notes) * 8, size - LAST * ROW)
local found = find_event(redis.call('GETRANGE', key, from, size - 1), time, id)
if found then
  redis.call('SETRANGE', key, from + found + 24, struct.pack('<d', -1 - id))
  return 1
end

local record = load(redis.call('GET', key))
found = find_event(record.events, time, id)
if found then
  redis.call('SETRANGE', key, record.events_at + found + 24, struct.pack('<d', -1 - id))
  return 1
end
found = find_note(record, FOLDED, id)
if not found then return 0 end
-- What the entry does not know is the label that came since.
if at(record.notes, found / 8 + 4) > reported then
  local _, _, label, _, later = struct.unpack('<ddddd', record.notes, found + 1)
  put_note(record, found, LABELLED, time, id, label, later)
  bound_labelled(record)
else
  drop_note(record, found)
end
store(key, record, 0)
return 1
