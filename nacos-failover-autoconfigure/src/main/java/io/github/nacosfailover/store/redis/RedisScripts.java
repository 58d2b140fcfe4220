package io.github.nacosfailover.store.redis;

import java.util.List;

import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The scripts that do the work within Redis. Reads are scripts too: drivers send those to
 * the master, whatever replica they prefer to read from, and they see one instant.
 */
final class RedisScripts {

	static final RedisScript<List<Object>> WRITE = list(RedisScript.of(file("write.lua"), List.class));

	static final RedisScript<List<Object>> CHANGES = list(RedisScript.of(file("changes.lua"), List.class));

	static final RedisScript<List<Object>> CONTENTS = list(
			RedisScript.of("return redis.call('HMGET', KEYS[1], unpack(ARGV))", List.class));

	static final RedisScript<List<Object>> CONTENT_HASHES = list(
			RedisScript.of("return redis.call('HKEYS', KEYS[1])", List.class));

	static final RedisScript<Long> REPORT = RedisScript.of(file("report.lua"), Long.class);

	static final RedisScript<Long> WITHDRAW = RedisScript
		.of("redis.call('HDEL', KEYS[1], ARGV[1]); return redis.call('ZREM', KEYS[2], ARGV[1])", Long.class);

	static final RedisScript<List<Object>> REPORTS = list(RedisScript.of(file("reports.lua"), List.class));

	private RedisScripts() {
	}

	private static ClassPathResource file(String name) {
		return new ClassPathResource(name, RedisScripts.class);
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static RedisScript<List<Object>> list(RedisScript<List> script) {
		return (RedisScript<List<Object>>) (RedisScript) script;
	}

}
