package io.github.nacosfailover.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the content of a failover data file: a {@code ServiceInfo} as JSON in
 * UTF-8, in any layout, with the field names of 2.x and 3.x; also the older form of one
 * {@code Instance} after another, which the client still reads.
 */
public final class BackupFormat {

	/** Everything but data binding, which few files need. */
	static final JsonFactory JSON = new JsonFactory();

	private static final JsonFactory ASCII = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	private static final int MAX_PORT = 65535;

	private BackupFormat() {
	}

	/**
	 * Parse the content of a data file.
	 * @param key the service it is for
	 * @param content the bytes of the file
	 * @return the backup, possibly without instances, and the name in the content
	 * @throws InvalidBackupException if the content is not a service; the message names
	 * the place and the remedy
	 */
	public static Parsed read(ServiceKey key, byte[] content) throws InvalidBackupException {
		List<Instance> instances = new ArrayList<>();
		String name = null;
		boolean service = false;
		boolean any = false;
		ServiceDocument usual = ServiceParser.parse(content);
		for (ServiceDocument document : (usual != null) ? List.of(usual) : ServiceBinding.read(content)) {
			any = true;
			if (document.hosts != null || document.name != null) {
				service = true;
				name = document.qualifiedName();
				instances = (document.hosts != null) ? document.hosts : new ArrayList<>();
			}
			else if (document.ip != null) {
				instances.add(document.toInstance());
			}
		}
		if (!any) {
			throw new InvalidBackupException("the file is empty; write the ServiceInfo as JSON, or delete the file");
		}
		if (!service && instances.isEmpty()) {
			throw new InvalidBackupException(
					"neither 'hosts' of a service nor an instance is in it; write the ServiceInfo as JSON");
		}
		check(instances);
		Map<String, String> canonical = new HashMap<>();
		Map<Map<String, String>, Map<String, String>> canonicalMetadata = new HashMap<>();
		for (Instance instance : instances) {
			share(instance, canonical, canonicalMetadata);
		}
		return new Parsed(Backup.owning(key, instances), name);
	}

	/**
	 * Write a backup as the content of a data file. The same instances result in the same
	 * bytes, in any order. The content is one line, since the stock client parses line by
	 * line, and ASCII, since it reads in the charset of the platform.
	 * @param backup the backup
	 * @return the bytes of the file
	 */
	public static byte[] write(Backup backup) {
		ServiceKey key = backup.key();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + 352 * backup.size());
		try (JsonGenerator json = ASCII.createGenerator(bytes)) {
			json.writeStartObject();
			json.writeStringField("name", key.service());
			json.writeStringField("groupName", key.group());
			json.writeStringField("clusters", (key.clusters() != null) ? key.clusters() : "");
			json.writeArrayFieldStart("hosts");
			for (BackupInstance instance : backup.inCanonicalOrder()) {
				write(instance, json);
			}
			json.writeEndArray();
			json.writeEndObject();
			json.writeRaw('\n');
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static void write(BackupInstance instance, JsonGenerator json) throws IOException {
		json.writeStartObject();
		writeIfKnown("instanceId", instance.getInstanceId(), json);
		json.writeStringField("ip", instance.getIp());
		json.writeNumberField("port", instance.getPort());
		// NaN and infinity are written as strings, and rejected by check.
		json.writeNumberField("weight", instance.getWeight());
		json.writeBooleanField("healthy", instance.isHealthy());
		json.writeBooleanField("enabled", instance.isEnabled());
		json.writeBooleanField("ephemeral", instance.isEphemeral());
		writeIfKnown("clusterName", instance.getClusterName(), json);
		writeIfKnown("serviceName", instance.getServiceName(), json);
		json.writeObjectFieldStart("metadata");
		Map<String, String> metadata = instance.heldMetadata();
		if (metadata != null && !metadata.isEmpty()) {
			for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
				json.writeStringField(entry.getKey(), entry.getValue());
			}
		}
		json.writeEndObject();
		json.writeEndObject();
	}

	private static void writeIfKnown(String name, @Nullable String value, JsonGenerator json) throws IOException {
		if (value != null) {
			json.writeStringField(name, value);
		}
	}

	/**
	 * Return the digest of the content of a data file.
	 * @param content the bytes of the file
	 * @return its SHA-256 in hexadecimal digits
	 */
	public static String digest(byte[] content) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Check that a backup can be read again after it was written.
	 * @param backup the backup
	 * @throws InvalidBackupException if one of its instances has no address; the message
	 * names the place and the remedy
	 */
	public static void check(Backup backup) throws InvalidBackupException {
		check(List.of(backup.inCanonicalOrder()));
	}

	/**
	 * Check that queries can be answered with instances.
	 * @param instances the instances
	 * @throws InvalidBackupException if one has no address; the message names the place
	 * and the cure
	 */
	public static void check(List<? extends Instance> instances) throws InvalidBackupException {
		for (int i = 0; i < instances.size(); i++) {
			Instance instance = instances.get(i);
			if (instance == null) {
				throw new InvalidBackupException("hosts[%d] is null; remove it".formatted(i));
			}
			if (instance.getIp() == null || instance.getIp().isBlank()) {
				throw new InvalidBackupException("hosts[%d] has no 'ip'; add it or remove the instance".formatted(i));
			}
			if (instance.getPort() < 0 || instance.getPort() > MAX_PORT) {
				throw new InvalidBackupException(
						"hosts[%d] has port %d; give one from 0 to %d".formatted(i, instance.getPort(), MAX_PORT));
			}
			if (!Double.isFinite(instance.getWeight())) {
				throw new InvalidBackupException(
						"hosts[%d] has weight %s; give a finite one".formatted(i, instance.getWeight()));
			}
		}
	}

	/**
	 * Instances of a service share most strings, and often all metadata: hold each once.
	 */
	private static void share(Instance instance, Map<String, String> canonical,
			Map<Map<String, String>, Map<String, String>> canonicalMetadata) {
		instance.setClusterName(share(instance.getClusterName(), canonical));
		instance.setServiceName(share(instance.getServiceName(), canonical));
		Map<String, String> metadata = instance.getMetadata();
		if (metadata != null) {
			Map<String, String> known = canonicalMetadata.get(metadata);
			if (known == null) {
				known = compact(metadata, canonical);
				canonicalMetadata.put(known, known);
			}
			else if (!isInSameOrder(known, metadata)) {
				known = compact(metadata, canonical);
			}
			instance.setMetadata(known);
		}
	}

	private static boolean isInSameOrder(Map<String, String> known, Map<String, String> metadata) {
		Iterator<String> names = metadata.keySet().iterator();
		for (String name : known.keySet()) {
			if (!name.equals(names.next())) {
				return false;
			}
		}
		return true;
	}

	private static Map<String, String> compact(Map<String, String> metadata, Map<String, String> canonical) {
		if (metadata.isEmpty()) {
			return Map.of();
		}
		Map<String, String> compact = new LinkedHashMap<>((int) (metadata.size() / 0.75f) + 1);
		metadata.forEach((name, value) -> compact.put(share(name, canonical), share(value, canonical)));
		return compact;
	}

	private static @Nullable String share(@Nullable String value, Map<String, String> canonical) {
		if (value == null) {
			return null;
		}
		String known = canonical.putIfAbsent(value, value);
		return (known != null) ? known : value;
	}

	/**
	 * A parsed data file.
	 *
	 * @param backup the backup, possibly without instances
	 * @param name what the content calls the service ({@code group@@service}, or
	 * {@code service} if it names no group), or {@code null} if it does not say
	 */
	public record Parsed(Backup backup, @Nullable String name) {

		/**
		 * Whether the content calls itself another service than its file does.
		 * @return {@code true} if it was probably copied from another file
		 */
		public boolean isMisplaced() {
			ServiceKey key = this.backup.key();
			return this.name != null && !this.name.equals(key.service())
					&& !this.name.equals(key.group() + "@@" + key.service());
		}

	}

}
