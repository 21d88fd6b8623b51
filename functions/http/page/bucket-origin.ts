/** Where the addresses that the API signs lead to. */

/** @param endpoint of an emulator, which serves all buckets at one address */
export function bucketOrigin(bucket: string, region: string, endpoint: string | undefined): string {
  if (endpoint !== undefined) return new URL(endpoint).origin;
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  // The certificate of S3 covers one label, so a bucket with a dot in its name is in the path.
  return bucket.includes(".") ? `https://s3.${region}.${domain}` : `https://${bucket}.s3.${region}.${domain}`;
}
