package io.crius.cgroup.dbus;

import java.io.IOException;

/** What a peer refused, by the error's name. */
final class DbusException extends IOException {
    private static final long serialVersionUID = 1;

    private final String name;

    DbusException(String name, String message) {
        super(name + ": " + message);
        this.name = name;
    }

    String name() {
        return name;
    }
}
