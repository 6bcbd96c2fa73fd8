package io.crius.image.registries;

import io.crius.config.ShortNameMode;
import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What image names without a registry stand for. Immutable. */
public final class ShortNames {
    private static final String TRANSPORT = "docker://";

    private final RegistriesConf conf;
    private final ShortNameMode mode;

    public ShortNames(RegistriesConf conf, ShortNameMode mode) {
        this.conf = conf;
        this.mode = mode;
    }

    /** Whether the text names its registry, so that it means the same everywhere. */
    public static boolean isFull(String text) {
        return !ImageReference.isShortName(withoutTransport(text));
    }

    /** The reference that a full name is; throws {@link CriusException.InvalidArgument}. */
    public static ImageReference full(String text) {
        return ImageReference.parse(withoutTransport(text));
    }

    /**
     * The references to try for a pull, in order; one where the name is complete or has an alias.
     *
     * @throws CriusException.InvalidArgument the text is no image name, a short name leads nowhere, or to more than one
     *     registry where that is not allowed; the message says what to write instead
     */
    public List<ImageReference> toPull(String text) {
        if (isFull(text)) {
            return List.of(full(text));
        }
        String name = withoutTransport(text);
        checkSyntax(name);
        Optional<ImageReference> alias = alias(name);
        if (alias.isPresent()) {
            return List.of(alias.get());
        }
        List<ImageReference> found = searched(name);
        if (found.isEmpty()) {
            throw new CriusException.InvalidArgument("short-name \"" + name
                    + "\" did not resolve to an alias and no unqualified-search registries are defined in \""
                    + conf.search().place() + "\"; write the image with its registry, for example " + example(name)
                    + ", or add it there as `unqualified-search-registries = [\"docker.io\"]`, or as an alias");
        }
        // Compat: without a terminal to ask on, "permissive" tries all of them, as "disabled" does.
        if (found.size() > 1 && mode == ShortNameMode.ENFORCING) {
            throw new CriusException.InvalidArgument("short name mode is enforcing, but image name " + name
                    + " returns ambiguous list: " + found + " (unqualified-search-registries at "
                    + conf.search().place() + "); write one of these, or add an alias to " + conf.origin()
                    + ", or set short_name_mode = \"disabled\" in [crio.image]");
        }
        return found;
    }

    /** Docker's own images, such as busybox, have a namespace that nobody writes. */
    private static String example(String name) {
        return "docker.io/" + (name.contains("/") ? "" : "library/") + name;
    }

    /** The names that an image of the store may have when it is meant by this text, likeliest first. */
    public List<ImageReference> toFind(String text) {
        if (isFull(text)) {
            return List.of(full(text));
        }
        String name = withoutTransport(text);
        checkSyntax(name);
        Set<ImageReference> candidates = new LinkedHashSet<>();
        alias(name).ifPresent(candidates::add);
        candidates.add(ImageReference.parse("localhost/" + name));
        candidates.addAll(searched(name));
        return List.copyOf(candidates);
    }

    private static String withoutTransport(String text) {
        return text.startsWith(TRANSPORT) ? text.substring(TRANSPORT.length()) : text;
    }

    /** The parser refuses ids; with a registry put before them it would not recognise them any more. */
    private static void checkSyntax(String name) {
        ImageReference.parse(name);
    }

    private List<ImageReference> searched(String name) {
        List<ImageReference> found = new ArrayList<>();
        for (String registry : conf.search().registries()) {
            found.add(ImageReference.parse(registry + "/" + name));
        }
        return found;
    }

    private Optional<ImageReference> alias(String name) {
        int end = endOfName(name);
        return Optional.ofNullable(conf.aliases().get(name.substring(0, end)))
                .map(target -> ImageReference.parse(target + name.substring(end)));
    }

    /** Where tag and digest begin. */
    private static int endOfName(String name) {
        int at = name.indexOf('@');
        int end = at < 0 ? name.length() : at;
        int colon = name.lastIndexOf(':', end - 1);
        return colon > name.lastIndexOf('/', end - 1) ? colon : end;
    }
}
