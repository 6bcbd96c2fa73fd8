package io.crius.runtime.conmon;

import java.nio.file.Path;

/**
 * What all monitors of the node share.
 *
 * @param exitDir where they leave exit codes, by container id
 * @param attachDir where they link attach sockets, by container id
 * @param logLevel of the monitors themselves: error, warn, info, debug or trace
 */
public record MonitorPlaces(Path exitDir, Path attachDir, String logLevel) {}
