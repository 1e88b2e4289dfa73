//! Region codes: six digits of GB/T 2260 derived from the beginning of a free text (chapter 00, section 15).

/// The code of the longest known place name at the beginning of `region`; 0 when there is none.
///
/// Knows the provinces and the cities on the level below. Suffixes (省, 市, 自治区 …) may be missing, and
/// a province and its city may be separated: `浙江-杭州` is `浙江省杭州市`.
pub fn code_of(region: &str) -> i64 {
    let region = region.trim_start();
    let province = PROVINCES
        .iter()
        .filter_map(|province| Some((province, rest_after(region, province.name, province.suffix)?)))
        .max_by_key(|(_, rest)| region.len() - rest.len());
    let alone =
        PROVINCES.iter().filter_map(|province| longest_city(region, province.cities)).max_by_key(|(length, _)| *length);
    match (province, alone) {
        (Some((_, rest)), Some((length, code))) if length > region.len() - rest.len() => code,
        (Some((province, rest)), _) => {
            let rest = rest.trim_start_matches([' ', '\u{3000}', '-', '/', ',', '，', '·', '>']);
            longest_city(rest, province.cities).map_or(province.code, |(_, code)| code)
        }
        (None, Some((_, code))) => code,
        (None, None) => 0,
    }
}

/// Matched bytes and code of the city that `text` begins with.
fn longest_city(text: &str, cities: &str) -> Option<(usize, i64)> {
    // Most texts begin like no city of most provinces.
    if !cities.contains(text.chars().next()?) {
        return None;
    }
    cities
        .split_ascii_whitespace()
        .filter_map(|entry| {
            let (digits, names) = entry.split_at_checked(4)?;
            let (name, suffix) = names.split_once('|').unwrap_or((names, "市"));
            let rest = rest_after(text, name, suffix)?;
            Some((text.len() - rest.len(), digits.parse::<i64>().ok()? * 100))
        })
        .max_by_key(|(length, _)| *length)
}

fn rest_after<'a>(text: &'a str, name: &str, suffix: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(name)?;
    let plain = suffix.find("自治").map_or(suffix, |at| &suffix[at..]);
    Some(rest.strip_prefix(suffix).or_else(|| rest.strip_prefix(plain)).unwrap_or(rest))
}

/// A province; `cities` lists four digits and the name, with another suffix than 市 after a bar.
struct Province {
    code: i64,
    name: &'static str,
    suffix: &'static str,
    cities: &'static str,
}

const fn province(code: i64, name: &'static str, suffix: &'static str, cities: &'static str) -> Province {
    Province { code, name, suffix, cities }
}

#[rustfmt::skip]
const PROVINCES: &[Province] = &[
    province(110_000, "北京", "市", ""),
    province(120_000, "天津", "市", ""),
    province(130_000, "河北", "省", "1301石家庄 1302唐山 1303秦皇岛 1304邯郸 1305邢台 1306保定 1307张家口 1308承德 1309沧州 1310廊坊 1311衡水"),
    province(140_000, "山西", "省", "1401太原 1402大同 1403阳泉 1404长治 1405晋城 1406朔州 1407晋中 1408运城 1409忻州 1410临汾 1411吕梁"),
    province(150_000, "内蒙古", "自治区", "1501呼和浩特 1502包头 1503乌海 1504赤峰 1505通辽 1506鄂尔多斯 1507呼伦贝尔 1508巴彦淖尔 1509乌兰察布 1522兴安|盟 1525锡林郭勒|盟 1529阿拉善|盟"),
    province(210_000, "辽宁", "省", "2101沈阳 2102大连 2103鞍山 2104抚顺 2105本溪 2106丹东 2107锦州 2108营口 2109阜新 2110辽阳 2111盘锦 2112铁岭 2113朝阳 2114葫芦岛"),
    province(220_000, "吉林", "省", "2201长春 2202吉林 2203四平 2204辽源 2205通化 2206白山 2207松原 2208白城 2224延边|朝鲜族自治州"),
    province(230_000, "黑龙江", "省", "2301哈尔滨 2302齐齐哈尔 2303鸡西 2304鹤岗 2305双鸭山 2306大庆 2307伊春 2308佳木斯 2309七台河 2310牡丹江 2311黑河 2312绥化 2327大兴安岭|地区"),
    province(310_000, "上海", "市", ""),
    province(320_000, "江苏", "省", "3201南京 3202无锡 3203徐州 3204常州 3205苏州 3206南通 3207连云港 3208淮安 3209盐城 3210扬州 3211镇江 3212泰州 3213宿迁"),
    province(330_000, "浙江", "省", "3301杭州 3302宁波 3303温州 3304嘉兴 3305湖州 3306绍兴 3307金华 3308衢州 3309舟山 3310台州 3311丽水"),
    province(340_000, "安徽", "省", "3401合肥 3402芜湖 3403蚌埠 3404淮南 3405马鞍山 3406淮北 3407铜陵 3408安庆 3410黄山 3411滁州 3412阜阳 3413宿州 3415六安 3416亳州 3417池州 3418宣城"),
    province(350_000, "福建", "省", "3501福州 3502厦门 3503莆田 3504三明 3505泉州 3506漳州 3507南平 3508龙岩 3509宁德"),
    province(360_000, "江西", "省", "3601南昌 3602景德镇 3603萍乡 3604九江 3605新余 3606鹰潭 3607赣州 3608吉安 3609宜春 3610抚州 3611上饶"),
    province(370_000, "山东", "省", "3701济南 3702青岛 3703淄博 3704枣庄 3705东营 3706烟台 3707潍坊 3708济宁 3709泰安 3710威海 3711日照 3713临沂 3714德州 3715聊城 3716滨州 3717菏泽"),
    province(410_000, "河南", "省", "4101郑州 4102开封 4103洛阳 4104平顶山 4105安阳 4106鹤壁 4107新乡 4108焦作 4109濮阳 4110许昌 4111漯河 4112三门峡 4113南阳 4114商丘 4115信阳 4116周口 4117驻马店"),
    province(420_000, "湖北", "省", "4201武汉 4202黄石 4203十堰 4205宜昌 4206襄阳 4207鄂州 4208荆门 4209孝感 4210荆州 4211黄冈 4212咸宁 4213随州 4228恩施|土家族苗族自治州"),
    province(430_000, "湖南", "省", "4301长沙 4302株洲 4303湘潭 4304衡阳 4305邵阳 4306岳阳 4307常德 4308张家界 4309益阳 4310郴州 4311永州 4312怀化 4313娄底 4331湘西|土家族苗族自治州"),
    province(440_000, "广东", "省", "4401广州 4402韶关 4403深圳 4404珠海 4405汕头 4406佛山 4407江门 4408湛江 4409茂名 4412肇庆 4413惠州 4414梅州 4415汕尾 4416河源 4417阳江 4418清远 4419东莞 4420中山 4451潮州 4452揭阳 4453云浮"),
    province(450_000, "广西", "壮族自治区", "4501南宁 4502柳州 4503桂林 4504梧州 4505北海 4506防城港 4507钦州 4508贵港 4509玉林 4510百色 4511贺州 4512河池 4513来宾 4514崇左"),
    province(460_000, "海南", "省", "4601海口 4602三亚 4603三沙 4604儋州"),
    province(500_000, "重庆", "市", ""),
    province(510_000, "四川", "省", "5101成都 5103自贡 5104攀枝花 5105泸州 5106德阳 5107绵阳 5108广元 5109遂宁 5110内江 5111乐山 5113南充 5114眉山 5115宜宾 5116广安 5117达州 5118雅安 5119巴中 5120资阳 5132阿坝|藏族羌族自治州 5133甘孜|藏族自治州 5134凉山|彝族自治州"),
    province(520_000, "贵州", "省", "5201贵阳 5202六盘水 5203遵义 5204安顺 5205毕节 5206铜仁 5223黔西南|布依族苗族自治州 5226黔东南|苗族侗族自治州 5227黔南|布依族苗族自治州"),
    province(530_000, "云南", "省", "5301昆明 5303曲靖 5304玉溪 5305保山 5306昭通 5307丽江 5308普洱 5309临沧 5323楚雄|彝族自治州 5325红河|哈尼族彝族自治州 5326文山|壮族苗族自治州 5328西双版纳|傣族自治州 5329大理|白族自治州 5331德宏|傣族景颇族自治州 5333怒江|傈僳族自治州 5334迪庆|藏族自治州"),
    province(540_000, "西藏", "自治区", "5401拉萨 5402日喀则 5403昌都 5404林芝 5405山南 5406那曲 5425阿里|地区"),
    province(610_000, "陕西", "省", "6101西安 6102铜川 6103宝鸡 6104咸阳 6105渭南 6106延安 6107汉中 6108榆林 6109安康 6110商洛"),
    province(620_000, "甘肃", "省", "6201兰州 6202嘉峪关 6203金昌 6204白银 6205天水 6206武威 6207张掖 6208平凉 6209酒泉 6210庆阳 6211定西 6212陇南 6229临夏|回族自治州 6230甘南|藏族自治州"),
    province(630_000, "青海", "省", "6301西宁 6302海东 6322海北|藏族自治州 6323黄南|藏族自治州 6325海南|藏族自治州 6326果洛|藏族自治州 6327玉树|藏族自治州 6328海西|蒙古族藏族自治州"),
    province(640_000, "宁夏", "回族自治区", "6401银川 6402石嘴山 6403吴忠 6404固原 6405中卫"),
    province(650_000, "新疆", "维吾尔自治区", "6501乌鲁木齐 6502克拉玛依 6504吐鲁番 6505哈密 6523昌吉|回族自治州 6527博尔塔拉|蒙古自治州 6528巴音郭楞|蒙古自治州 6529阿克苏|地区 6530克孜勒苏|柯尔克孜自治州 6531喀什|地区 6532和田|地区 6540伊犁|哈萨克自治州 6542塔城|地区 6543阿勒泰|地区"),
    province(710_000, "台湾", "省", ""),
    province(810_000, "香港", "特别行政区", ""),
    province(820_000, "澳门", "特别行政区", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_at_the_beginning_decides() {
        for (region, code) in [
            ("浙江省杭州市", 330_100),
            ("浙江", 330_000),
            ("浙江省杭州市西湖区文三路", 330_100),
            ("浙江 宁波", 330_200),
            ("浙江-杭州", 330_100),
            ("浙江省某县", 330_000),
            ("杭州", 330_100),
            ("深圳市南山区", 440_300),
            ("吉林", 220_000),
            ("吉林省", 220_000),
            ("吉林市", 220_200),
            ("吉林省吉林市", 220_200),
            ("海南", 460_000),
            ("海南藏族自治州", 632_500),
            ("青海省海南藏族自治州", 632_500),
            ("广西壮族自治区南宁市", 450_100),
            ("广西自治区南宁", 450_100),
            ("内蒙古自治区", 150_000),
            ("延边州", 222_400),
            ("北京市朝阳区", 110_000),
            ("香港特别行政区", 810_000),
            ("香港", 810_000),
            ("我在浙江", 0),
            ("--", 0),
            ("", 0),
        ] {
            assert_eq!(code_of(region), code, "{region}");
        }
    }

    #[test]
    fn every_entry_is_found_by_its_own_name() {
        for province in PROVINCES {
            assert_eq!(code_of(&format!("{}{}", province.name, province.suffix)), province.code);
            for entry in province.cities.split_ascii_whitespace() {
                let (digits, names) = entry.split_at(4);
                let code = digits.parse::<i64>().expect("four digits") * 100;
                assert_eq!(code / 10_000, province.code / 10_000, "{entry}");
                let city = names.replace('|', "") + if names.contains('|') { "" } else { "市" };
                assert_eq!(code_of(&format!("{}{}{city}", province.name, province.suffix)), code, "{city}");
                assert_eq!(code_of(&city), code, "{city}");
            }
        }
    }
}
