package io.github.nacosfailover.guard;

import java.time.Duration;

/**
 * Times after which a lease relies on its observations.
 *
 * @param up how long the server has to be up without a break
 * @param betweenLooks how much time lies between two looks at the live instances at least
 * @param tryEvery pause between two tries to end a switch
 * @param watchEvery pause between two looks at some of the services that are served
 * @param remindEvery pause between two reminders that a switch is overdue
 */
record LeaseTimes(Duration up, Duration betweenLooks, Duration tryEvery, Duration watchEvery, Duration remindEvery) {

	static final LeaseTimes DEFAULT = new LeaseTimes(Duration.ofSeconds(30), Duration.ofSeconds(5),
			Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(1));

	LeaseTimes(Duration up, Duration betweenLooks, Duration tryEvery, Duration watchEvery) {
		this(up, betweenLooks, tryEvery, watchEvery, Duration.ofMinutes(1));
	}

}
