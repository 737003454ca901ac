-- Adds one event to a record.
-- KEYS: the record. ARGV: as apply_event has it; whether the record is wanted (1 or 0).
-- Answers whether the event was added, whether its id is to be settled (1 or 0 each), the label it has then and its
-- reportedAtMs (16 bytes), and the record.
local key = KEYS[1]
local added, is_large, label, reported = apply_event(key, ARGV[1], false)
local record = ARGV[2] == '1' and redis.call('GET', key)
return { added, is_large and 1 or 0, struct.pack('<dd', label, reported), record }
