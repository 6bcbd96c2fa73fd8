package io.crius.server.state;

/** A seccomp or AppArmor choice; {@code reference} is the file or profile name of {@link Kind#LOCALHOST}, else empty. */
public record SecurityProfile(Kind kind, String reference) {
    /** Where the profile comes from. */
    public enum Kind {
        RUNTIME_DEFAULT,
        UNCONFINED,
        LOCALHOST
    }

    public static final SecurityProfile RUNTIME_DEFAULT = new SecurityProfile(Kind.RUNTIME_DEFAULT, "");
    public static final SecurityProfile UNCONFINED = new SecurityProfile(Kind.UNCONFINED, "");
}
