package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.InputStream;

/**
 * Loads our classes anew, as another web application of one server does.
 */
final class OtherClassLoader extends ClassLoader {

	OtherClassLoader() {
		super(OtherClassLoader.class.getClassLoader());
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		Class<?> loaded = findLoadedClass(name);
		if (loaded != null || !name.startsWith("io.github.nacosfailover.")) {
			return (loaded != null) ? loaded : super.loadClass(name, resolve);
		}
		try (InputStream content = getResourceAsStream(name.replace('.', '/') + ".class")) {
			byte[] bytes = content.readAllBytes();
			return defineClass(name, bytes, 0, bytes.length);
		}
		catch (IOException ex) {
			throw new ClassNotFoundException(name, ex);
		}
	}

}
