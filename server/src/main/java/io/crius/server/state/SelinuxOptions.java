package io.crius.server.state;

/** The parts of an SELinux label that a request gives; empty parts are the node's choice. */
public record SelinuxOptions(String user, String role, String type, String level) {
    public static final SelinuxOptions NONE = new SelinuxOptions("", "", "", "");
}
