package io.github.nacosfailover.store.document;

/**
 * Opens the documents of namespaces in one engine. A bean of this type is what a shared
 * store is made of.
 */
@FunctionalInterface
public interface DocumentsFactory {

	/**
	 * Opens the documents of a namespace. Nothing is connected to before it is needed, so
	 * this works while the engine is down.
	 * @param namespace id of the namespace, {@code public} for that of the client's
	 * default
	 * @return the documents, to be closed by the caller
	 */
	Documents open(String namespace);

}
