-- Answers the version and, each by name and value, the documents written since another version.
-- KEYS: version, documents, changes
-- ARGV: epoch and revision that the reader knows (empty if none)
local version, documents, changes = unpack(KEYS)
local current = redis.call('HMGET', version, 'epoch', 'revision', 'size', 'since')
if not current[1] or redis.call('HLEN', documents) ~= tonumber(current[3])
		or redis.call('ZCARD', changes) ~= tonumber(current[3]) then
	return {}
end
local epoch, revision = current[1], current[2]
if epoch == ARGV[1] and revision == ARGV[2] then
	return { epoch, revision, 0, {} }
end
local known = tonumber(ARGV[2])
if epoch ~= ARGV[1] or known > tonumber(revision) or known < tonumber(current[4]) then
	return { epoch, revision, 1, redis.call('HGETALL', documents) }
end

local names = redis.call('ZRANGEBYSCORE', changes, '(' .. ARGV[2], '+inf')
local changed = {}
-- Lua passes some thousand arguments at most.
for first = 1, #names, 1000 do
	local last = math.min(first + 999, #names)
	local values = redis.call('HMGET', documents, unpack(names, first, last))
	for i = first, last do
		changed[#changed + 1] = names[i]
		changed[#changed + 1] = values[i - first + 1]
	end
end
return { epoch, revision, 0, changed }
