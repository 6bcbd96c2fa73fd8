package io.crius.image.trust.policy;

import io.crius.model.ImageReference;
import java.util.ArrayList;
import java.util.List;

/** The places that an image name is in, as policy.json and registries.d write them. */
public final class PolicyScopes {
    private PolicyScopes() {}

    /**
     * Most specific first: the exact name, the repository, what is above it up to the host with its port, then {@code *.} and
     * each domain above the host without port.
     */
    public static List<String> of(ImageReference image) {
        List<String> scopes = new ArrayList<>();
        scopes.add(
                image.digest().isPresent()
                        ? image.repository() + "@" + image.digest().get()
                        : image.toString());
        String scope = image.repository();
        while (true) {
            scopes.add(scope);
            int slash = scope.lastIndexOf('/');
            if (slash < 0) {
                break;
            }
            scope = scope.substring(0, slash);
        }
        addDomains(image.domain(), scopes);
        return List.copyOf(scopes);
    }

    private static void addDomains(String host, List<String> scopes) {
        int colon = host.indexOf(':');
        String rest = colon < 0 ? host : host.substring(0, colon);
        for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
            rest = rest.substring(dot + 1);
            scopes.add("*." + rest);
        }
    }
}
