package io.crius.image;

import io.crius.storage.StoredImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The images as they were listed last. One is read again only where its record has changed, or where not all of it could be
 * read. Thread-safe; two who list at the same moment may both read.
 */
final class ImageListing {
    /**
     * What was read of an image.
     *
     * @param image empty where it was removed since its record was read
     * @param lasting whether reading it again would give the same
     */
    record Reading(Optional<Image> image, boolean lasting) {}

    private record Listed(
            List<StoredImage> records, PinnedImages patterns, Map<StoredImage, Image> lasting, List<Image> images) {
        boolean isOf(List<StoredImage> others, PinnedImages otherPatterns) {
            return lasting.size() == others.size() && patterns == otherPatterns && records.equals(others);
        }
    }

    private volatile @Nullable Listed last;

    /** Returns the same list as long as nothing has changed. */
    List<Image> list(List<StoredImage> records, PinnedImages patterns, Function<StoredImage, Reading> reader) {
        Listed known = last;
        if (known != null && known.isOf(records, patterns)) {
            return known.images;
        }
        Map<StoredImage, Image> before = known == null || known.patterns != patterns ? Map.of() : known.lasting;
        var lasting = HashMap.<StoredImage, Image>newHashMap(records.size());
        var images = new ArrayList<Image>(records.size());
        for (StoredImage stored : records) {
            Image unchanged = before.get(stored);
            Reading reading = unchanged == null ? reader.apply(stored) : new Reading(Optional.of(unchanged), true);
            reading.image().ifPresent(images::add);
            if (reading.lasting()) {
                reading.image().ifPresent(image -> lasting.put(stored, image));
            }
        }
        List<Image> listed = List.copyOf(images);
        last = new Listed(records, patterns, lasting, listed);
        return listed;
    }
}
