package io.github.nacosfailover;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The last changes of the switch.
 *
 * @param history the changes, newest first
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SwitchHistory(List<SwitchChanged> history) {

}
