local MINUTE, HUNDRED_YEARS = 60000, 36500 * 86400000

-- Adds one event to a record, once, however often it is told to. `args` are 8 doubles: time, value, label, id,
-- reportedAtMs, retainMs, exactLimit, nowMs. `is_known`: the entry of its request is written in the same step, and will
-- keep it from being told again. Answers whether it was added (1 or 0), whether the record is so large that the id will
-- have to be forgotten before long, and the label that it has then with its reportedAtMs.
local function apply_event(key, args, is_known)
  local time, value, label, id, reported, retain, limit, now = struct.unpack('<dddddddd', args)
  local row_id = is_known and -1 - id or id
  -- A record is kept one retention from now on, or from the event on. Redis refuses an expiry that overflows its clock.
  local ahead = math.max(0, time - now)
  local keep = math.ceil(math.min(HUNDRED_YEARS, math.max(MINUTE, ahead + retain * SLACK)))

  -- An event newer than all others, with nothing to fold or to drop: the record is not read.
  local function append()
    local size = redis.call('STRLEN', key)
    if size == 0 then return false end
    local _, newest, gone, buckets, sketches, notes = struct.unpack('<dddddd', redis.call('GETRANGE', key, 0, HEADER - 1))
    local notes_at = HEADER + (buckets + sketches) * 8
    local events_at = notes_at + notes * 8
    local dropped = math.min(time, now) - retain * SLACK
    if time <= newest or time <= gone or time <= dropped then return false end
    if size == events_at or is_over((size - events_at) / ROW + 1, limit) then return false end
    local oldest_at = buckets > 0 and HEADER or events_at
    if at(redis.call('GETRANGE', key, oldest_at, oldest_at + 7), 0) <= dropped then return false end
    if notes > 0 then
      local known = redis.call('GETRANGE', key, notes_at, events_at - 1)
      if string.find(known, struct.pack('<d', id), 1, true) then return false end
    end
    local times = struct.pack('<ddd', retain, time, math.max(gone, dropped))
    redis.call('SETRANGE', key, 0, times)
    redis.call('APPEND', key, struct.pack('<ddddd', time, value, label, row_id, reported))
    keep_longer(key, keep)
    return true, buckets > 0 or (size - events_at) / ROW > limit / 2
  end

  local is_appended, is_large = append()
  if is_appended then return 1, is_large, label, reported end

  local record = load(redis.call('GET', key))
  is_large = #record.buckets > 0 or #record.events / ROW > limit / 2
  local row = find_event(record.events, time, id)
  local note = find_in_bucket(record, id)
  if row or note then
    local _, _, known, _, known_reported = struct.unpack('<ddddd', row and record.events or record.notes, (row or note) + 1)
    if known_reported >= reported then return 0, is_large, known, known_reported end
    -- Whoever added it did not know the label yet.
    relabel(key, record, time, id, label, reported, false, label, keep)
    return 0, is_large, label, reported
  end
  local early = find_note(record, EARLY, id)
  if early then
    local _, _, early_label, _, early_reported = struct.unpack('<ddddd', record.notes, early + 1)
    if early_reported > reported then label, reported = early_label, early_reported end
    drop_note(record, early)
  end
  record.retain = retain
  record.newest = math.max(record.newest, time)
  drop_until(record, math.min(record.newest, now) - retain * SLACK)
  if time > record.gone then
    if time <= folded_until(record) then
      fold(record, time, value, label, row_id, reported)
      bound_buckets(record)
    else
      local from = count_up_to(record.events, ROW, time) * ROW
      local bytes = struct.pack('<ddddd', time, value, label, row_id, reported)
      record.events = splice(record.events, from, from, bytes)
      fold_oldest(record, limit)
    end
  end
  store(key, record, keep)
  return 1, is_large, label, reported
end
