package io.crius.oci.cdi;

import io.crius.model.CriusException;
import java.util.regex.Pattern;

/**
 * The qualified name of a device: {@code vendor.com/class=device}.
 *
 * @param kind vendor and class: {@code vendor.com/class}
 */
public record CdiDeviceName(String kind, String device) {
    private static final Pattern VENDOR = Pattern.compile("[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?");
    private static final Pattern CLASS = Pattern.compile("[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?");
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?");

    public CdiDeviceName {
        requireKind(kind);
        if (!DEVICE.matcher(device).matches()) {
            throw new CriusException.InvalidArgument("\"" + device + "\" is not the name of a CDI device");
        }
    }

    /** @throws CriusException.InvalidArgument where it is not qualified, or a part is malformed */
    public static CdiDeviceName parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new CriusException.InvalidArgument(
                    "\"" + text + "\" is not a qualified CDI device name such as vendor.com/class=device");
        }
        return new CdiDeviceName(text.substring(0, equals), text.substring(equals + 1));
    }

    static void requireKind(String kind) {
        int slash = kind.indexOf('/');
        if (slash < 0
                || !VENDOR.matcher(kind.substring(0, slash)).matches()
                || !CLASS.matcher(kind.substring(slash + 1)).matches()) {
            throw new CriusException.InvalidArgument("\"" + kind + "\" is not a CDI kind such as vendor.com/class");
        }
    }

    @Override
    public String toString() {
        return kind + "=" + device;
    }
}
