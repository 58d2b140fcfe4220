package io.github.nacosfailover.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import com.alibaba.nacos.api.naming.pojo.Instance;

/**
 * Random choice by weight among the healthy instances, in constant time whatever their
 * number (the alias method of Walker and Vose). It distributes as the client's own
 * {@code Balancer} does: a weight of zero or less is never chosen, an infinite weight
 * counts as 10000.
 */
final class WeightedChoice {

	private final Instance[] instances;

	private final double[] threshold;

	private final int[] alias;

	WeightedChoice(Instance[] candidates) {
		List<Instance> eligible = new ArrayList<>();
		for (Instance candidate : candidates) {
			if (candidate.isHealthy() && !(candidate.getWeight() <= 0)) {
				eligible.add(candidate);
			}
		}
		this.instances = eligible.toArray(Instance[]::new);
		this.threshold = new double[this.instances.length];
		this.alias = new int[this.instances.length];
		build();
	}

	private void build() {
		int size = this.instances.length;
		double sum = 0;
		for (Instance instance : this.instances) {
			sum += weight(instance);
		}
		int[] small = new int[size];
		int[] large = new int[size];
		int smallCount = 0;
		int largeCount = 0;
		for (int i = 0; i < size; i++) {
			this.threshold[i] = weight(this.instances[i]) * size / sum;
			if (this.threshold[i] < 1) {
				small[smallCount++] = i;
			}
			else {
				large[largeCount++] = i;
			}
		}
		while (smallCount > 0 && largeCount > 0) {
			int less = small[--smallCount];
			int more = large[largeCount - 1];
			this.alias[less] = more;
			this.threshold[more] -= 1 - this.threshold[less];
			if (this.threshold[more] < 1) {
				largeCount--;
				small[smallCount++] = more;
			}
		}
		while (largeCount > 0) {
			this.threshold[large[--largeCount]] = 1;
		}
		while (smallCount > 0) {
			this.threshold[small[--smallCount]] = 1;
		}
	}

	private static double weight(Instance instance) {
		double weight = instance.getWeight();
		if (Double.isInfinite(weight)) {
			return 10000.0D;
		}
		return Double.isNaN(weight) ? 1.0D : weight;
	}

	/**
	 * Chooses an instance.
	 * @return the caller's own copy of it
	 * @throws IllegalStateException as the stock client does, if none is healthy and
	 * weighted
	 */
	Instance choose() {
		if (this.instances.length == 0) {
			throw new IllegalStateException("Cumulative Weight wrong , the array length is equal to 0.");
		}
		ThreadLocalRandom random = ThreadLocalRandom.current();
		int index = random.nextInt(this.instances.length);
		if (random.nextDouble() >= this.threshold[index]) {
			index = this.alias[index];
		}
		return new BackupInstance(this.instances[index]);
	}

}
