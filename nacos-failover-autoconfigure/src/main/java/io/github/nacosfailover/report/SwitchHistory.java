package io.github.nacosfailover.report;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.nacosfailover.event.SwitchChangedEvent;

/**
 * The last changes of the switch, and what else operators have done to backups.
 *
 * @param history the changes, newest first: at most 100 that were made and 20 that were
 * refused, and in any case who has last switched each namespace
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SwitchHistory(List<SwitchChangedEvent> history) {

}
