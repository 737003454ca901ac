-- Sketches of different numbers, as ../aggregate/sketch.ts describes them.
local REGISTERS = 1024

-- The register a number belongs to, and the value it asks of it.
local function position_of(number)
  -- There is one zero, not two.
  local digest = redis.sha1hex(struct.pack('<d', number + 0))
  local register = math.floor(tonumber(string.sub(digest, 1, 3), 16) / 4)
  local _, bits = math.frexp(tonumber(string.sub(digest, 5, 12), 16))
  return register, 33 - bits
end

local function raised(registers, register, value)
  if string.byte(registers, register + 1) >= value then return registers end
  return string.sub(registers, 1, register) .. string.char(value) .. string.sub(registers, register + 2)
end

local function entry_at(sketch, index)
  local high, low = string.byte(sketch, index * 2 + 1, index * 2 + 2)
  return high * 256 + low
end

local function registers_of(sketch)
  local values = {}
  for register = 1, REGISTERS do values[register] = '\0' end
  for index = 0, #sketch / 2 - 1 do
    local entry = entry_at(sketch, index)
    values[math.floor(entry / 64) + 1] = string.char(entry % 64)
  end
  return table.concat(values)
end

local function add_to_sketch(sketch, number)
  local register, value = position_of(number)
  if #sketch == REGISTERS then return raised(sketch, register, value) end
  local low, high = 0, #sketch / 2
  while low < high do
    local middle = math.floor((low + high) / 2)
    if entry_at(sketch, middle) < register * 64 then low = middle + 1 else high = middle end
  end
  local known = low < #sketch / 2 and entry_at(sketch, low)
  local is_known = known and math.floor(known / 64) == register
  if is_known and known % 64 >= value then return sketch end
  if not is_known and #sketch + 2 >= REGISTERS then return raised(registers_of(sketch), register, value) end
  local entry = register * 64 + value
  local after = is_known and low * 2 + 3 or low * 2 + 1
  return string.sub(sketch, 1, low * 2) .. string.char(math.floor(entry / 256), entry % 256) .. string.sub(sketch, after)
end
