package io.github.nacosfailover.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;

/**
 * Properties of which services the switch is for.
 */
public class ServicesProperties {

	/**
	 * Services that the switch is for: names, or 'group@@name', with '*' for any text.
	 * All if empty.
	 */
	private List<String> include = new ArrayList<>();

	/**
	 * Services that the switch is not for, though included.
	 */
	private List<String> exclude = new ArrayList<>();

	public List<String> getInclude() {
		return this.include;
	}

	public void setInclude(List<String> include) {
		this.include = include;
	}

	public List<String> getExclude() {
		return this.exclude;
	}

	public void setExclude(List<String> exclude) {
		this.exclude = exclude;
	}

	void validate() {
		validate("include", this.include);
		validate("exclude", this.exclude);
	}

	private static void validate(String name, List<String> patterns) {
		for (int i = 0; i < patterns.size(); i++) {
			String pattern = patterns.get(i);
			if (pattern.isBlank() || !pattern.equals(pattern.strip())) {
				throw new InvalidFailoverPropertyException("nacos.failover.services.%s[%d]".formatted(name, i), pattern,
						"a name of a service is never blank, nor does it begin or end with a space",
						"Set patterns such as 'payments-*' or 'DEFAULT_GROUP@@orders', separated by commas");
			}
		}
	}

	ServicePatterns patterns() {
		return new ServicePatterns(this.include, this.exclude);
	}

}
