package io.github.nacosfailover.backup;

import java.io.Serial;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicReferenceArray;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query. It belongs to the caller, who may change it, but is copied only
 * on demand: an instance when it is first read, after which it stays the same object, and
 * the rest on the first structural change. As with any other list, several threads may
 * read it, but not while one of them changes it.
 */
final class InstanceList extends AbstractList<Instance> implements RandomAccess, Serializable {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient BackupInstance[] shared;

	private transient volatile @Nullable AtomicReferenceArray<Instance> copies;

	private transient @Nullable List<Instance> changed;

	InstanceList(BackupInstance[] shared) {
		this.shared = shared;
	}

	@Override
	public int size() {
		return (this.changed != null) ? this.changed.size() : this.shared.length;
	}

	@Override
	public Instance get(int index) {
		if (this.changed != null) {
			return this.changed.get(index);
		}
		AtomicReferenceArray<Instance> copies = this.copies;
		if (copies == null) {
			copies = createCopies();
		}
		Instance copy = copies.getAcquire(index);
		if (copy == null) {
			Instance created = this.shared[index].copy();
			copy = copies.compareAndExchange(index, null, created);
			if (copy == null) {
				copy = created;
			}
		}
		return copy;
	}

	private synchronized AtomicReferenceArray<Instance> createCopies() {
		AtomicReferenceArray<Instance> copies = this.copies;
		if (copies == null) {
			copies = new AtomicReferenceArray<>(this.shared.length);
			this.copies = copies;
		}
		return copies;
	}

	@Override
	public Instance set(int index, Instance element) {
		return ownList().set(index, element);
	}

	@Override
	public void add(int index, Instance element) {
		this.modCount++;
		ownList().add(index, element);
	}

	@Override
	public Instance remove(int index) {
		this.modCount++;
		return ownList().remove(index);
	}

	@Override
	public void clear() {
		this.modCount++;
		this.changed = new ArrayList<>();
	}

	private List<Instance> ownList() {
		if (this.changed == null) {
			List<Instance> own = new ArrayList<>(this.shared.length);
			for (int i = 0; i < this.shared.length; i++) {
				own.add(get(i));
			}
			this.changed = own;
		}
		return this.changed;
	}

	@Serial
	private Object writeReplace() {
		return new ArrayList<>(this);
	}

}
