package io.github.nacosfailover.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import com.alibaba.nacos.api.naming.pojo.Instance;

/**
 * Random choice by weight among the healthy instances, in constant time whatever their
 * number (the alias method of Walker and Vose). It distributes as the client's own
 * {@code Balancer} does: a weight of zero or less is never chosen, and weights without a
 * finite sum are refused.
 */
final class WeightedChoice {

	private final BackupInstance[] instances;

	private final double[] threshold;

	private final int[] alias;

	private final double sum;

	WeightedChoice(BackupInstance[] candidates) {
		List<BackupInstance> eligible = new ArrayList<>();
		for (BackupInstance candidate : candidates) {
			if (candidate.isHealthy() && !(candidate.getWeight() <= 0)) {
				eligible.add(candidate);
			}
		}
		this.instances = eligible.toArray(BackupInstance[]::new);
		this.threshold = new double[this.instances.length];
		this.alias = new int[this.instances.length];
		this.sum = eligible.stream().mapToDouble(Instance::getWeight).reduce(0, Double::sum);
		if (Double.isFinite(this.sum)) {
			build();
		}
	}

	private void build() {
		int size = this.instances.length;
		int[] small = new int[size];
		int[] large = new int[size];
		int smallCount = 0;
		int largeCount = 0;
		for (int i = 0; i < size; i++) {
			this.threshold[i] = this.instances[i].getWeight() / this.sum * size;
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

	/**
	 * Choose an instance.
	 * @return a copy of it
	 * @throws IllegalStateException as the stock client does, if none is healthy and
	 * weighted, or the weights have no finite sum
	 */
	Instance choose() {
		if (this.instances.length == 0) {
			throw new IllegalStateException("Cumulative Weight wrong , the array length is equal to 0.");
		}
		if (!Double.isFinite(this.sum)) {
			throw new IllegalStateException(
					"Cumulative Weight calculate wrong , the sum of probabilities does not equals 1.");
		}
		ThreadLocalRandom random = ThreadLocalRandom.current();
		int index = random.nextInt(this.instances.length);
		if (random.nextDouble() >= this.threshold[index]) {
			index = this.alias[index];
		}
		return this.instances[index].copy();
	}

}
