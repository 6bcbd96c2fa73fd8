package io.crius.server.state;

import io.crius.model.CriusException;
import java.util.regex.Pattern;

/**
 * A label of SELinux, written {@code user:role:type:level}.
 *
 * @param level with its categories, as {@code s0:c1,c2}; empty under a policy without levels
 */
public record SelinuxLabel(String user, String role, String type, String level) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]+");

    /** Safety: a level comes from whoever wrote the pod, and becomes part of mount options. */
    private static final Pattern LEVEL = Pattern.compile("[A-Za-z0-9_.,:-]*");

    private static final int PARTS = 4;

    public SelinuxLabel {
        if (!WORD.matcher(user).matches()
                || !WORD.matcher(role).matches()
                || !WORD.matcher(type).matches()
                || !LEVEL.matcher(level).matches()) {
            throw new CriusException.InvalidArgument("\"" + written(user, role, type, level)
                    + "\" is not an SELinux label such as system_u:system_r:container_t:s0:c1,c2");
        }
    }

    /** @throws CriusException.InvalidArgument where the text is no label */
    public static SelinuxLabel parse(String text) {
        String[] parts = text.split(":", PARTS);
        if (parts.length < PARTS - 1) {
            throw new CriusException.InvalidArgument(
                    "\"" + text + "\" is not an SELinux label such as system_u:system_r:container_t:s0");
        }
        return new SelinuxLabel(parts[0], parts[1], parts[2], parts.length < PARTS ? "" : parts[PARTS - 1]);
    }

    /** This label with the parts that a request gives. */
    public SelinuxLabel with(SelinuxOptions options) {
        return new SelinuxLabel(
                chosen(options.user(), user),
                chosen(options.role(), role),
                chosen(options.type(), type),
                chosen(options.level(), level));
    }

    public SelinuxLabel withType(String other) {
        return new SelinuxLabel(user, role, other, level);
    }

    public SelinuxLabel withLevel(String other) {
        return new SelinuxLabel(user, role, type, other);
    }

    private static String chosen(String given, String standard) {
        return given.isEmpty() ? standard : given;
    }

    private static String written(String user, String role, String type, String level) {
        return user + ":" + role + ":" + type + (level.isEmpty() ? "" : ":" + level);
    }

    @Override
    public String toString() {
        return written(user, role, type, level);
    }
}
