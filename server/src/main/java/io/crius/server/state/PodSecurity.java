package io.crius.server.state;

/**
 * The security settings of a pod; containers may differ within what the pod allows. Profiles of seccomp and AppArmor are those of
 * its containers, each of which has its own in its request.
 */
public record PodSecurity(boolean privileged, Identity identity, SelinuxOptions selinux) {
    public static final PodSecurity DEFAULT = new PodSecurity(false, Identity.FROM_IMAGE, SelinuxOptions.NONE);
}
