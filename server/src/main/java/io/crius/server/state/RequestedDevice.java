package io.crius.server.state;

/** A device node of the host for a container; {@code permissions} is a subset of {@code rwm}. */
public record RequestedDevice(String hostPath, String containerPath, String permissions) {}
