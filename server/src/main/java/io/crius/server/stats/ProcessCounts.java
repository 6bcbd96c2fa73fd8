package io.crius.server.stats;

/**
 * The processes of a container.
 *
 * @param softOpenFiles the limit of open files of the first process; 0 where it is not known
 */
public record ProcessCounts(long processes, long openFiles, long sockets, long softOpenFiles) {}
