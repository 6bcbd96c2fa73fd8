package io.crius.storage;

import io.crius.model.CriusException;
import io.crius.storage.overlay.OverlayOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * Options of a driver as text, {@code key=value} each: {@code overlay.mountopt=nodev}, or with the driver left out
 * {@code .mountopt=nodev} or {@code mountopt=nodev}. Pure.
 *
 * <p>Compat: containers-storage.conf(5). What changes where data are or who may read them is refused where it cannot be done,
 * never passed over.
 */
final class OptionList {
    private static final List<String> NO = List.of("", "false", "0");

    private final DriverKind driver;

    OptionList(DriverKind driver) {
        this.driver = driver;
    }

    StoreOptions apply(StoreOptions start, List<String> list) {
        StoreOptions options = start;
        for (String text : list) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new CriusException.InvalidArgument(
                        "storage option \"" + text + "\" is not of the form key=value, such as overlay.mountopt=nodev");
            }
            String value = text.substring(equals + 1).strip();
            options = apply(options, text, key(text, text.substring(0, equals).strip()), value);
        }
        return options;
    }

    /** The key without the driver's name. */
    private String key(String text, String full) {
        String key = full.toLowerCase(Locale.ROOT);
        int dot = key.indexOf('.');
        String owner = dot < 0 ? "" : key.substring(0, dot);
        boolean ours = owner.isEmpty()
                || owner.equals(driver.word())
                || (owner.equals("overlay2") && driver == DriverKind.OVERLAY);
        if (!ours) {
            throw new CriusException.InvalidArgument("storage option \"" + text + "\" is of another driver than "
                    + driver.word() + ", which is in use; remove it");
        }
        return key.substring(dot + 1);
    }

    private StoreOptions apply(StoreOptions options, String text, String key, String value) {
        return switch (key) {
            case "imagestore", "additionalimagestore" -> options.withAdditionalStores(paths(text, value));
            case "ignore_chown_errors" ->
                changed(options, isOn(text, value) ? ChownErrors.IGNORED : ChownErrors.FATAL, DriverOptions::with);
            case "sync" -> changed(options, sync(text, value), DriverOptions::with);
            case "disable-volatile" -> changed(options, durability(text, value), DriverOptions::with);
            case "override_kernel_check", "ostree_repo" -> options;
            case "mountopt" -> mountOptions(options, text, value);
            case "skip_mount_home" -> overlayOnly(options, text, key, value);
            default -> refused(options, text, key, value);
        };
    }

    private static <T> StoreOptions changed(
            StoreOptions options, T value, BiFunction<DriverOptions, T, DriverOptions> change) {
        return options.with(change.apply(options.options(), value));
    }

    private StoreOptions mountOptions(StoreOptions options, String text, String value) {
        if (driver == DriverKind.OVERLAY) {
            List<String> words = Arrays.stream(value.split(","))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .toList();
            return options.with(options.options().withMountOptions(words));
        }
        throw new CriusException.InvalidArgument(
                "storage option \"" + text + "\": driver " + driver.word() + " mounts nothing; remove it");
    }

    private StoreOptions overlayOnly(StoreOptions options, String text, String key, String value) {
        if (driver != DriverKind.OVERLAY) {
            throw unknown(text, key);
        }
        DriverHome home = isOn(text, value) ? DriverHome.PLAIN_FOLDER : DriverHome.PRIVATE_MOUNT;
        return options.with(options.options().with(home));
    }

    /** What is off, or says nothing, is no reason to refuse a configuration that other tools take. */
    private StoreOptions refused(StoreOptions options, String text, String key, String value) {
        String why = switch (key) {
            case "mount_program" ->
                "Crius runs as root and mounts overlays by the kernel, which since Linux 5.11 can do what such programs"
                        + " did; remove it";
            case "size", "inodes", "min_space" ->
                "limits for the root of each container need project quotas or qgroups, which Crius does not set; remove"
                        + " it, and use ephemeral-storage limits of Kubernetes";
            case "force_mask" ->
                "it needs a mount program to undo the mask for containers, and Crius uses none; remove it";
            case "use_composefs" -> "composefs needs partial pulls, which Crius does not do; remove it";
            case "additionallayerstore" ->
                "stores of layers behind a FUSE program are not supported; remove it, or use additionalimagestores";
            default -> throw unknown(text, key);
        };
        if (NO.contains(value.toLowerCase(Locale.ROOT))) {
            return options;
        }
        throw new CriusException.InvalidArgument("storage option \"" + text + "\" cannot be honoured: " + why);
    }

    private CriusException unknown(String text, String key) {
        return new CriusException.InvalidArgument("storage option \"" + text + "\": driver " + driver.word()
                + " has no option \"" + key + "\"; see containers-storage.conf(5)");
    }

    private static List<Path> paths(String text, String value) {
        List<Path> paths = Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .map(path -> Path.of(path).normalize())
                .toList();
        for (Path path : paths) {
            if (!path.isAbsolute()) {
                throw new CriusException.InvalidArgument(
                        "storage option \"" + text + "\": additional image store " + path + " is not an absolute path");
            }
        }
        return paths;
    }

    private static LayerSync sync(String text, String value) {
        return switch (value) {
            case "", "none" -> LayerSync.RECORD;
            case "filesystem" -> LayerSync.FILESYSTEM;
            default ->
                throw new CriusException.InvalidArgument(
                        "storage option \"" + text + "\": expected none or filesystem, found \"" + value + "\"");
        };
    }

    private static OverlayOptions.Durability durability(String text, String value) {
        return isOn(text, value) ? OverlayOptions.Durability.SYNCED : OverlayOptions.Durability.VOLATILE;
    }

    private static boolean isOn(String text, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> true;
            case "", "false", "0", "f" -> false;
            default ->
                throw new CriusException.InvalidArgument(
                        "storage option \"" + text + "\": expected true or false, found \"" + value + "\"");
        };
    }
}
