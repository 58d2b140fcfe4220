package io.github.nacosfailover.actuate.endpoint;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says of an operation over the web that the parameters which are not in its path are the
 * fields of a JSON object, and that nothing else is accepted: a {@code Boolean} is
 * {@code true} or {@code false}, anything else a string, or an array of strings.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(BodyFields.All.class)
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

	/**
	 * The name in the path that this is for.
	 * @return the name, empty for all that have no description of their own
	 */
	String name() default "";

	/**
	 * The fields, if not every parameter is one.
	 * @return their names, empty for all parameters
	 */
	String[] fields() default {};

	/**
	 * The fields that are arrays. The actuator knows none: their parameters get the JSON
	 * of the array as a text.
	 * @return their names
	 */
	String[] lists() default {};

	/**
	 * The fields that are objects of texts, or a text. Their parameters get the JSON of
	 * the object as a text.
	 * @return their names
	 */
	String[] objects() default {};

	/** Several descriptions of one operation. */
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@interface All {

		BodyFields[] value();

	}

}
