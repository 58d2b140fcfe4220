package io.github.nacosfailover.store.redis;

import java.util.List;

/**
 * The keys of a namespace. Their common hash tag keeps them in one slot of a cluster,
 * where one script can see them all.
 *
 * @param common start of all keys
 * @param version hash: epoch, revision, number of documents, revision since which
 * deletions are known
 * @param documents hash: documents by name, deleted ones among them
 * @param changes sorted set: names of all documents by the revision of their write
 * @param deleted sorted set: names of deleted documents by the revision of their write
 * @param contents hash: contents by their hash
 * @param reports hash: reports by instance
 * @param expiry sorted set: instances by the time when their report expires
 * @param channel tells of writes
 */
record RedisKeys(String common, String version, String documents, String changes, String deleted, String contents,
		String reports, String expiry, String channel) {

	static RedisKeys of(String prefix, String namespace) {
		String common = "%s:{%s}:".formatted(prefix, namespace);
		return new RedisKeys(common, common + "version", common + "documents", common + "changes", common + "deleted",
				common + "contents", common + "reports", common + "expiry", common + "writes");
	}

	List<String> ofWrite() {
		return List.of(this.version, this.documents, this.changes, this.deleted, this.contents);
	}

	List<String> ofChanges() {
		return List.of(this.version, this.documents, this.changes);
	}

	List<String> ofReports() {
		return List.of(this.reports, this.expiry);
	}

}
