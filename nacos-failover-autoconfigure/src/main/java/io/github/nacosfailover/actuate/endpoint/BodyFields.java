package io.github.nacosfailover.actuate.endpoint;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says of an operation over the web that the parameters which are not in its path are the
 * fields of a JSON object, and that nothing else is accepted: a {@code Boolean} is
 * {@code true} or {@code false}, anything else a string.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface BodyFields {

	/**
	 * How to send it, for people.
	 * @return an example or several
	 */
	String example();

	/**
	 * Fields of which one has to be there. A body need not be there at all if this is
	 * empty.
	 * @return names of fields
	 */
	String[] oneRequired() default {};

}
