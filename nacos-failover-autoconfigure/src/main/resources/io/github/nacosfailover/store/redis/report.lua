-- Keeps a report until it expires, and drops those that have. When no more come, all keys go.
-- KEYS: reports, expiry
-- ARGV: instance, text, lifetime in ms
local reports, expiry = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lifetime = tonumber(ARGV[3])
redis.call('HSET', reports, ARGV[1], ARGV[2])
redis.call('ZADD', expiry, now + lifetime, ARGV[1])
local expired = redis.call('ZRANGEBYSCORE', expiry, '-inf', now, 'LIMIT', 0, 1000)
for _, instance in ipairs(expired) do
	redis.call('HDEL', reports, instance)
	redis.call('ZREM', expiry, instance)
end
for _, key in ipairs(KEYS) do
	if redis.call('PTTL', key) < lifetime then
		redis.call('PEXPIRE', key, lifetime)
	end
end
return 1
