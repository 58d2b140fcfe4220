package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate for 127.0.0.1 that nobody else has signed, and its key, made anew.
 *
 * @param key file of the key, as PEM
 * @param certificate file of the certificate, as PEM
 */
public record Certificate(Path key, Path certificate) {

	private static final String PASSWORD = "changeit";

	/**
	 * Makes a certificate.
	 * @param directory where to keep it
	 * @return the certificate
	 */
	public static Certificate create(Path directory) {
		try {
			Path file = directory.resolve("keys.p12");
			Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=127.0.0.1", "-ext",
					"san=ip:127.0.0.1", "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD)
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			if (keytool.onExit().join().exitValue() != 0) {
				throw new IllegalStateException("keytool failed");
			}
			KeyStore keys = KeyStore.getInstance("PKCS12");
			try (InputStream stream = Files.newInputStream(file)) {
				keys.load(stream, PASSWORD.toCharArray());
			}
			Key key = keys.getKey("own", PASSWORD.toCharArray());
			return new Certificate(write(directory.resolve("key.pem"), "PRIVATE KEY", key.getEncoded()), write(
					directory.resolve("certificate.pem"), "CERTIFICATE", keys.getCertificate("own").getEncoded()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Path write(Path file, String type, byte[] content) throws IOException {
		String body = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content);
		return Files.writeString(file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, body));
	}

}
