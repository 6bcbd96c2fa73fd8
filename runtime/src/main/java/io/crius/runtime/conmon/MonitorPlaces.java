package io.crius.runtime.conmon;

import io.crius.config.LogLevel;
import io.crius.config.RuntimeTable;
import java.nio.file.Path;

/**
 * What all monitors of the node share.
 *
 * @param exitDir where they leave exit codes, by container id
 * @param attachDir where they link attach sockets, by container id
 * @param logLevel of the monitors themselves: error, warn, info, debug or trace
 */
public record MonitorPlaces(Path exitDir, Path attachDir, String logLevel) {
    /** As the configuration has it. conmon knows no level above error. */
    public static MonitorPlaces of(RuntimeTable table) {
        LogLevel level = table.logLevel();
        boolean quieter = level == LogLevel.FATAL || level == LogLevel.PANIC;
        return new MonitorPlaces(
                table.containerExitsDir(), table.containerAttachSocketDir(), (quieter ? LogLevel.ERROR : level).word());
    }
}
